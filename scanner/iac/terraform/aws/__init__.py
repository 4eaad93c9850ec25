"""AWS resources of Terraform, read into the documents that AWS will answer with."""
