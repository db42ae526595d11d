"""What the model store shows of itself. Labels are names of models that exist, and outcomes."""

from prometheus_client import Counter, Gauge

LOADS = Counter(
    "ridealong_inference_model_loads",
    "Tries to load a model version: loaded, unusable, no_room.",
    ("model", "outcome"),
)
EVICTIONS = Counter(
    "ridealong_inference_model_evictions", "Models that made room for others.", ("model",)
)
HELD_BYTES = Gauge(
    "ridealong_inference_model_bytes", "What loaded models hold in memory, shared parts once."
)
