package dev.krabkrab.gateway.platform.protocol;

/** Source of fresh identifiers; injected so that tests can foresee them. */
@FunctionalInterface
public interface Ids {
  /** Returns a fresh random UUID version 4 in its 36-character text form. */
  String uuid();
}
