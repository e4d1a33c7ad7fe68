package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.access.auth.IdentitySource;
import dev.krabkrab.gateway.access.auth.Locality;
import dev.krabkrab.gateway.access.auth.NamedTokens;
import dev.krabkrab.gateway.access.auth.OriginRules;
import dev.krabkrab.gateway.access.auth.RateLimitSettings;
import dev.krabkrab.gateway.access.auth.SharedSecret;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the settings say about letting clients in, read anew for each handshake. Protocol 01b §4.
 *
 * @param secret the shared secret and how it is compared
 * @param identities who tells who a client is instead of a secret, or null
 * @param standing whether a credential is still good, as it was when a connection came with it
 * @param tokens further tokens that may do less; of use in token mode only
 * @param rateLimits how often an address may be wrong about a secret
 * @param origins from which web pages browsers may connect
 * @param allowTokenWithoutDevice the shared token stands in for a device identity
 * @param uiAllowInsecureAuth a control UI may leave the device out
 * @param uiDisableDeviceAuth a control UI's device is not looked at
 * @param locality what counts as local
 * @param silentScopes the most a device gets that is paired without a question as one of this host;
 *     null for whatever it asks for
 */
public record HandshakePolicy(
    SharedSecret secret,
    @Nullable IdentitySource identities,
    Predicate<String> standing,
    NamedTokens tokens,
    RateLimitSettings rateLimits,
    OriginRules origins,
    boolean allowTokenWithoutDevice,
    boolean uiAllowInsecureAuth,
    boolean uiDisableDeviceAuth,
    Locality.Settings locality,
    @Nullable List<String> silentScopes) {}
