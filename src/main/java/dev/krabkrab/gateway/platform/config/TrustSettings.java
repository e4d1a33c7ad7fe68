package dev.krabkrab.gateway.platform.config;

import dev.krabkrab.gateway.platform.protocol.VariableRules;

/**
 * What one instance allows on purpose.
 *
 * @param variables {@code gateway.envAllow}: variables of its environment that the gateway document
 *     may name besides the usual ones
 * @param openToNetwork {@code gateway.dangerouslyOpenToNetwork}: serve other hosts in mode {@code
 *     none}; default false
 */
public record TrustSettings(VariableRules variables, boolean openToNetwork) {

  static TrustSettings load(Sources from) {
    Setting allowed = from.find("gateway.envAllow", "env-allow", "KRABKRAB_ENV_ALLOW");
    boolean open =
        from.find(
                "gateway.dangerouslyOpenToNetwork",
                "dangerously-open-to-network",
                "KRABKRAB_DANGEROUSLY_OPEN_TO_NETWORK")
            .flag(false);
    try {
      return new TrustSettings(VariableRules.with(allowed.texts()), open);
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(
          "gateway.envAllow", "is not right: " + e.getMessage(), allowed.origin());
    }
  }
}
