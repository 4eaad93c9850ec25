"""Resource types of the Azure providers: ``azurerm``, ``azuread`` and ``azapi``."""
