// One program under four names: daprd, placement, scheduler and sentry, told apart by the name it is started by.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	daprd "github.com/dapr/dapr/cmd/daprd/app"
	placement "github.com/dapr/dapr/cmd/placement/app"
	scheduler "github.com/dapr/dapr/cmd/scheduler/app"
	sentry "github.com/dapr/dapr/cmd/sentry/app"
)

func main() {
	programs := map[string]func(){
		"daprd":     daprd.Run,
		"placement": placement.Run,
		"scheduler": scheduler.Run,
		"sentry":    sentry.Run,
	}
	name := filepath.Base(os.Args[0])
	run, known := programs[name]
	if !known {
		fmt.Fprintf(os.Stderr, "%s: start me as daprd, placement, scheduler or sentry\n", name)
		os.Exit(2)
	}
	run()
}
