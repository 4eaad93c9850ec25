"""What the AWS decision engine is measured against: cases from the AWS pages, and a slow evaluator."""
