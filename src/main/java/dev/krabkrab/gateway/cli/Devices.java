package dev.krabkrab.gateway.cli;

/** The devices that a gateway knows, and the requests of those that wait. */
final class Devices {
  private static final IdFinder REQUESTS = new IdFinder("request", "devices list");
  private static final IdFinder DEVICES = new IdFinder("device", "devices list");

  private Devices() {}

  /**
   * The id of a waiting request, of the beginning of it.
   *
   * @throws CliException when several fit
   */
  static String request(RedisPairing.Calls calls, String wanted) {
    return REQUESTS.id(
        wanted, () -> calls.call("device.pair.list", Json.object()).path("pending"), "requestId");
  }

  /**
   * The id of a paired device, of the beginning of it.
   *
   * @throws CliException when several fit
   */
  static String paired(RedisPairing.Calls calls, String wanted) {
    return DEVICES.id(wanted, () -> DevicesListCommand.all(calls).path("paired"), "deviceId");
  }
}
