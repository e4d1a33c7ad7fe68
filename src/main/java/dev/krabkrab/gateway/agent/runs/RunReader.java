package dev.krabkrab.gateway.agent.runs;

/** Somebody who reads the answer of a run along, on the context that asked for the run. */
public interface RunReader {
  /** The run is entered: what goes wrong from now on is its outcome. Comes before any piece. */
  default void begun() {}

  /** The next piece of the answer. */
  void said(String piece);
}
