from pathlib import Path

import pytest
import yaml

from ridealong.local.tracing import tracing_environment


def configuration(folder: Path, tracing: object) -> Path:
    file = folder / "config.yaml"
    file.write_text(yaml.safe_dump({"kind": "Configuration", "spec": {"tracing": tracing}}))
    return file


@pytest.mark.parametrize(
    ("tracing", "environment"),
    [
        ({"samplingRate": "0"}, {"OTEL_TRACES_EXPORTER": "none"}),
        (
            {"zipkin": {"endpointAddress": "http://127.0.0.1:9411/api/v2/spans"}},
            {
                "OTEL_TRACES_EXPORTER": "zipkin",
                "OTEL_EXPORTER_ZIPKIN_ENDPOINT": "http://127.0.0.1:9411/api/v2/spans",
            },
        ),
        (
            {"otel": {"endpointAddress": "127.0.0.1:4318", "isSecure": False}},
            {
                "OTEL_TRACES_EXPORTER": "otlp",
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
            },
        ),
        (
            {"otel": {"endpointAddress": "traces.example:443"}},
            {
                "OTEL_TRACES_EXPORTER": "otlp",
                "OTEL_EXPORTER_OTLP_ENDPOINT": "https://traces.example:443",
            },
        ),
    ],
)
def test_apps_trace_where_the_configuration_says(
    tmp_path: Path, tracing: object, environment: dict[str, str]
) -> None:
    assert tracing_environment(configuration(tmp_path, tracing)) == environment
