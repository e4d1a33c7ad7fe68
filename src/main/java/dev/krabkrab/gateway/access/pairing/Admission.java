package dev.krabkrab.gateway.access.pairing;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The decision whether a verified device may connect. */
public sealed interface Admission {

  /**
   * It may.
   *
   * @param device its pairing; null only when pairing was waived and it has none
   * @param token what hello-ok hands out; null as before
   * @param approvedUnasked requests that this connect approved, to be announced as resolved
   * @param via by what it approved them
   * @param atMs time of the decision by the clock of Redis
   */
  record Paired(
      @Nullable PairedDevice device,
      @Nullable IssuedToken token,
      List<String> approvedUnasked,
      @Nullable ApprovedVia via,
      long atMs)
      implements Admission {

    /** The device's generation; 0 without one. */
    public long generation() {
      return device == null ? 0 : device.generation();
    }
  }

  /**
   * Somebody has to approve it first.
   *
   * @param created the request is new, to be announced as requested
   * @param replacedRequestId an older request it displaced, to be announced as rejected
   * @param displaced a request of another device that had to go for this one, to be announced as
   *     rejected
   * @param waiting how many requests wait, when this one is new
   * @param approvedRoles what the device is approved for so far
   */
  record Pending(
      PairingRequest request,
      boolean created,
      @Nullable String replacedRequestId,
      @Nullable Displaced displaced,
      int waiting,
      Reason reason,
      List<String> approvedRoles,
      List<String> approvedScopes,
      long atMs)
      implements Admission {
    /** The same when it has found its place among those that wait. */
    Pending placed(@Nullable Displaced gone, int howManyWait) {
      return new Pending(
          request,
          created,
          replacedRequestId,
          gone,
          howManyWait,
          reason,
          approvedRoles,
          approvedScopes,
          atMs);
    }
  }

  /**
   * Somebody would have to approve it, and too many wait for that already.
   *
   * @param replacedRequestId as in {@link Pending}
   * @param most how many may wait
   */
  record Crowded(@Nullable String replacedRequestId, int most, long atMs) implements Admission {}

  /** A request that is gone although nobody decided it. */
  record Displaced(String requestId, String deviceId) {}

  /** Neither shared secret nor device token was right. */
  record TokenRefused(TokenRefusal reason) implements Admission {}

  /** A token as given to its device. */
  record IssuedToken(String text, String role, List<String> scopes, long issuedAtMs) {
    @Override
    public String toString() {
      return "IssuedToken[" + role + "]";
    }
  }

  /** The reason why approval is needed. Protocol 05 §6.4. */
  enum Reason {
    NOT_PAIRED("device is not approved yet"),
    ROLE_UPGRADE("device is asking for a higher role than currently approved"),
    SCOPE_UPGRADE("device is asking for more scopes than currently approved"),
    METADATA_UPGRADE("device identity changed and must be re-approved");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /** What follows {@code pairing required: } for protocol 4. */
    public String text() {
      return text;
    }

    /** {@code details.reason} for protocol 4. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Reason of(String wire) {
      return valueOf(wire.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  /**
   * The reason why a device token is not accepted; clients see only that it is not. Protocol 01c
   * §7.3.
   */
  enum TokenRefusal {
    DEVICE_NOT_PAIRED,
    TOKEN_MISSING,
    TOKEN_REVOKED,
    TOKEN_MISMATCH,
    SCOPE_MISMATCH,
    /** The one-time token let the device in before, and it was thrown out since. */
    BOOTSTRAP_SPENT,
    /** It would have to wait for an approval, and says too much about itself for that. */
    TOO_LARGE;

    static TokenRefusal of(String wire) {
      return valueOf(wire.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }
}
