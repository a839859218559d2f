//! CloudEvents 1.0 around each published event, in binary mode (headers) or structured mode (one JSON object).
