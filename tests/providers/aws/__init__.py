"""Tests of the AWS provider."""
