package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.node.ArrayNode;

/** The document that a file would make is not right. The message names what is wrong. */
public final class InvalidDocumentException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient ArrayNode issues;

  InvalidDocumentException(ArrayNode issues) {
    super("invalid config: " + SettingsIssues.text(issues));
    this.issues = issues;
  }

  /** What is wrong, as {@code {path, message}} entries. */
  public ArrayNode issues() {
    return issues;
  }
}
