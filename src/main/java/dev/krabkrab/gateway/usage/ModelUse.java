package dev.krabkrab.gateway.usage;

/** What one agent used one model for. */
public record ModelUse(String agentId, String provider, String model, Tokens tokens) {}
