# Two vaults, a lock and a policy, in a Copyhold instead of AWS: the endpoint is all that differs.
#
#   copyhold dev --data ./copyhold-data
#   terraform init && terraform apply

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

variable "endpoint" {
  description = "Where Copyhold listens"
  type        = string
  default     = "http://127.0.0.1:8750"
}

provider "aws" {
  region     = "eu-west-1"
  access_key = "123456789012" # names the account, in `copyhold dev`
  secret_key = "any"

  # Copyhold has no STS and no instance metadata.
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {
    backup = var.endpoint
  }
}

provider "aws" {
  alias      = "away"
  region     = "us-east-1"
  access_key = "123456789012"
  secret_key = "any"

  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {
    backup = var.endpoint
  }
}

resource "aws_backup_vault" "daily" {
  name = "daily"
  tags = { team = "storage" }
}

resource "aws_backup_vault" "offsite" {
  provider = aws.away
  name     = "offsite"
}

# Nobody deletes a copy within a week.
resource "aws_backup_vault_lock_configuration" "offsite" {
  provider           = aws.away
  backup_vault_name  = aws_backup_vault.offsite.name
  min_retention_days = 7
}

# Copies are made from this vault by the role `backup` alone.
resource "aws_backup_vault_policy" "daily" {
  backup_vault_name = aws_backup_vault.daily.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "backup:CopyFromBackupVault"
      Resource  = "*"
      Condition = {
        ArnNotEquals = { "aws:PrincipalArn" = "arn:aws:iam::123456789012:role/backup" }
      }
    }]
  })
}

output "offsite" {
  value = aws_backup_vault.offsite.arn
}
