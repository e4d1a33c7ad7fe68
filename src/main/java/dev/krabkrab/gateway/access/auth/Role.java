package dev.krabkrab.gateway.access.auth;

import java.util.Optional;

/** What a connection is for; fixed from connect to close. Protocol 01d §8.1. */
public enum Role {
  OPERATOR("operator"),
  NODE("node");

  private final String wire;

  Role(String wire) {
    this.wire = wire;
  }

  /** The text used in frames and in signatures. */
  public String wire() {
    return wire;
  }

  /** The role with exactly this wire text; empty for anything else (case matters). */
  public static Optional<Role> of(String wire) {
    for (Role role : values()) {
      if (role.wire.equals(wire)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}
