resource "aws_sagemaker_notebook_instance" "fires" {
  name          = "a"
  role_arn      = "arn:aws:iam::100000000001:role/notebook"
  instance_type = "ml.t3.medium"
}

resource "aws_sagemaker_notebook_instance" "twin" {
  name                   = "b"
  role_arn               = "arn:aws:iam::100000000001:role/notebook"
  instance_type          = "ml.t3.medium"
  direct_internet_access = "Disabled"
}

resource "aws_sagemaker_model" "fires" {
  name               = "a"
  execution_role_arn = "arn:aws:iam::100000000001:role/model"
}

resource "aws_sagemaker_model" "twin" {
  name                     = "b"
  execution_role_arn       = "arn:aws:iam::100000000001:role/model"
  enable_network_isolation = true
}

resource "aws_s3_bucket_acl" "fires" {
  bucket = "weights"
  acl    = "authenticated-read"
}

resource "aws_s3_bucket_acl" "twin" {
  bucket = "weights"
  acl    = "private"
}

resource "aws_iam_role" "fires" {
  name = "a"
  tags = { vendor = "labelworks" }
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::200000000001:root" } }]
  })
}

resource "aws_iam_role" "twin" {
  name = "b"
  tags = { vendor = "labelworks" }
  assume_role_policy = jsonencode({
    Statement = [{
      Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::200000000001:root" },
      Condition = { StringEquals = { "sts:ExternalId" = "labelworks-44ab" } }
    }]
  })
}

resource "aws_iam_role" "twin_of_no_vendor" {
  name               = "c"
  assume_role_policy = jsonencode({ Statement = [] })
}
