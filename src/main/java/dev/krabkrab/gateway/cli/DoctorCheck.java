package dev.krabkrab.gateway.cli;

/**
 * One line of {@code krabkrab doctor}.
 *
 * @param name what was looked at
 * @param state how it is
 * @param text what was found
 * @param advice what to do; empty when all is well
 */
record DoctorCheck(String name, State state, String text, String advice) {
  /** How something is, the better first. */
  enum State {
    OK(0),
    WARN(1),
    FAIL(2);

    private final int exitCode;

    State(int exitCode) {
      this.exitCode = exitCode;
    }

    /** What a command ends with that found nothing worse. */
    int exitCode() {
      return exitCode;
    }
  }

  static DoctorCheck ok(String name, String text) {
    return new DoctorCheck(name, State.OK, text, "");
  }

  static DoctorCheck warn(String name, String text, String advice) {
    return new DoctorCheck(name, State.WARN, text, advice);
  }

  static DoctorCheck fail(String name, String text, String advice) {
    return new DoctorCheck(name, State.FAIL, text, advice);
  }

  /** Two clocks; the gateway and clients stand a minute, but leases and due times shift. */
  static DoctorCheck clocks(String name, String whose, long differenceMs) {
    long off = Math.abs(differenceMs);
    String text = off < 1_000 ? "within a second of " + whose : off / 1_000 + " s from " + whose;
    String advice = "Have all machines set their clocks by NTP.";
    if (off >= 30_000) {
      return fail(name, text, advice);
    }
    return off >= 2_000 ? warn(name, text, advice) : ok(name, text);
  }
}
