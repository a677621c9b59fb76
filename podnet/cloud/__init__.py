"""The simulated VPC: zones, vSwitches and their addresses, security groups, ENIs. Pure state."""
