package main

// What Ridealong needs beyond Dapr's "stablecomponents".

import (
	"github.com/dapr/components-contrib/conversation/echo"
	"github.com/dapr/components-contrib/conversation/ollama"
	"github.com/dapr/components-contrib/conversation/openai"
	lockredis "github.com/dapr/components-contrib/lock/redis"
	"github.com/dapr/components-contrib/nameresolution/hashicorp/consul"
	"github.com/dapr/components-contrib/nameresolution/sqlite"
	"github.com/dapr/components-contrib/pubsub/jetstream"
	conversation "github.com/dapr/dapr/pkg/components/conversation"
	lock "github.com/dapr/dapr/pkg/components/lock"
	nameresolution "github.com/dapr/dapr/pkg/components/nameresolution"
	pubsub "github.com/dapr/dapr/pkg/components/pubsub"
)

func init() {
	nameresolution.DefaultRegistry.RegisterComponent(sqlite.NewResolver, "sqlite")
	nameresolution.DefaultRegistry.RegisterComponent(consul.NewResolver, "consul")
	pubsub.DefaultRegistry.RegisterComponent(jetstream.NewJetStream, "jetstream")
	lock.DefaultRegistry.RegisterComponent(lockredis.NewStandaloneRedisLock, "redis")
	conversation.DefaultRegistry.RegisterComponent(echo.NewEcho, "echo")
	conversation.DefaultRegistry.RegisterComponent(ollama.NewOllama, "ollama")
	conversation.DefaultRegistry.RegisterComponent(openai.NewOpenAI, "openai")
}
