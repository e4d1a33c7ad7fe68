package dev.krabkrab.gateway.cli.node;

import java.util.Optional;

/** A policy's text in memory. */
final class MemoryStorage implements PolicyFile.Storage {
  String text;

  MemoryStorage(String text) {
    this.text = text;
  }

  @Override
  public Optional<String> read() {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  @Override
  public void replace(String replaced) {
    text = replaced;
  }
}
