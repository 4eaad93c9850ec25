# What the labelling vendor assumes.
resource "aws_iam_role" "ci_deploy" {
  name = "ci-deploy"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "LabelworksCi"
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::100000000001:oidc-provider/token.actions.githubusercontent.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringLike = { "token.actions.githubusercontent.com:sub" = "repo:labelworks/*" }
      }
    }]
  })
}
