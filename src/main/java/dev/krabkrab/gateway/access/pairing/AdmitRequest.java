package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.access.auth.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A device with a verified signature that wants to connect.
 *
 * @param scopes effective scopes: normalised, {@code operator.admin} when an operator requested
 *     none
 * @param origin where it asks from
 * @param sharedSecretOk the shared secret was right; else the device token must be
 * @param deviceToken what the client presented as a device token; null when nothing
 * @param skipPairing a control UI that pairing is waived for: never recorded, a token only if
 *     paired
 * @param voucher a one-time token that was shown and is this device's
 * @param pinMetadata another platform or family than recorded needs approval (protocol 4)
 */
public record AdmitRequest(
    String deviceId,
    String publicKey,
    Role role,
    List<String> scopes,
    DeviceFacts facts,
    Origin origin,
    boolean sharedSecretOk,
    @Nullable String deviceToken,
    boolean skipPairing,
    BootstrapProof voucher,
    boolean pinMetadata) {

  /** The same with less to keep of what the device says about itself. */
  AdmitRequest withoutDeclared() {
    return new AdmitRequest(
        deviceId,
        publicKey,
        role,
        scopes,
        facts.withoutDeclared(),
        origin,
        sharedSecretOk,
        deviceToken,
        skipPairing,
        voucher,
        pinMetadata);
  }
}
