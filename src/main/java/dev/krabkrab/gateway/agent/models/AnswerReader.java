package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Makes an answer of what the stream of one API says. One for each answer, used by one thread.
 *
 * <p>An answer is one when its stream has ended as the API ends streams; whatever else is a {@link
 * ModelFailure}.
 */
interface AnswerReader {
  /** The progress of an answer. */
  enum State {
    /** More has to come. */
    OPEN,
    /** It is whole; what may follow is about it only, such as what it cost. */
    WHOLE,
    /** Nothing more comes. */
    OVER
  }

  /**
   * Reads on.
   *
   * @param event the name of the event; null without one
   * @throws ModelFailure when that is an error
   */
  State value(@Nullable String event, JsonNode value);

  /** {@code [DONE]}, where the API knows it. */
  State done();

  /**
   * The answer, when no more is read.
   *
   * @throws ModelFailure when it is none
   */
  ModelAnswer answer();
}
