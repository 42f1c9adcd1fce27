"""Running a model without the framework that trained it: the bundle file and its ONNX step."""
