"""The matrix of reliability.md G5: posts x routes x methods x relations, generated from the URL table."""
