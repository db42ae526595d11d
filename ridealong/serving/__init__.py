"""The model server's engine: Open Inference Protocol v2 over a folder of models, without Dapr."""
