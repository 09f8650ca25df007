@echo off
if not defined MCP_KEYCLOAK_NODE set "MCP_KEYCLOAK_NODE=node"
"%MCP_KEYCLOAK_NODE%" "%~dp0..\mcp-keycloak.js" %*
