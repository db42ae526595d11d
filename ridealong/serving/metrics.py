"""What a model server shows of itself. Labels are models that exist and named reasons."""

from prometheus_client import Counter, Gauge, Histogram

BUCKETS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
RUN_SECONDS = Histogram(
    "ridealong_inference_run_seconds",
    "Time in the model itself.",
    ("model", "version"),
    buckets=BUCKETS_S,
)
QUEUE_SECONDS = Histogram(
    "ridealong_inference_queue_seconds",
    "Time before a slot was free.",
    ("model", "version"),
    buckets=BUCKETS_S,
)
ROWS = Counter("ridealong_inference_rows", "Rows answered.", ("model", "version"))
REFUSALS = Counter("ridealong_inference_refusals", "Requests not answered, by reason.", ("reason",))
MODELS_SERVING = Gauge("ridealong_inference_models_serving", "Model versions that can serve.")
WAITING = Gauge("ridealong_inference_waiting", "Requests that wait for a slot.")
