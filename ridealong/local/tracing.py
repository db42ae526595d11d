"""Tells apps to trace where their sidecars do, so that one setting cannot contradict the other."""

from pathlib import Path

import yaml


def tracing_environment(configuration: Path) -> dict[str, str]:
    """OpenTelemetry's variables for the `tracing` of a Dapr Configuration."""
    tracing = yaml.safe_load(configuration.read_text())["spec"].get("tracing", {})
    zipkin = tracing.get("zipkin", {}).get("endpointAddress")
    otel = tracing.get("otel", {})
    exporters, environment = [], {}
    if zipkin:
        exporters.append("zipkin")
        environment["OTEL_EXPORTER_ZIPKIN_ENDPOINT"] = zipkin
    if otel.get("endpointAddress"):
        exporters.append("otlp")
        scheme = "https" if otel.get("isSecure", True) else "http"
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = f"{scheme}://{otel['endpointAddress']}"
    return {"OTEL_TRACES_EXPORTER": ",".join(exporters) or "none", **environment}
