"""From samples to what the network sees. One definition, two runtimes: numpy (`logmel`) and torch (`torch_logmel`)."""
