package dev.krabkrab.gateway.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The flags of {@code krabkrab gateway} as given; absent ones are null and are left to the
 * environment, the configuration file and the defaults, in this order.
 *
 * @param port listen port, 0..65535; 0 takes a free one
 * @param bind listen address or host name
 * @param config configuration file, JSON or JSON5
 * @param token shared token
 * @param password shared password
 * @param authMode {@code token}, {@code password} or {@code none}
 * @param stateDir directory for keys, generated secrets and the embedded Redis
 * @param namespace prefix that separates gateways sharing one Redis
 * @param redisUrl address of an external Redis
 * @param redisPort loopback port of the embedded Redis besides its socket, 0..65535
 * @param envAllow names of variables the gateway document may use, separated by commas
 * @param openToNetwork serve other hosts without a secret
 * @param instance id of this instance, unique within the namespace
 * @param managementPort port for probes and metrics, 0..65535; 0 takes a free one
 * @param tls true to listen with TLS, false to refuse it
 * @param tlsCert certificate chain, PEM
 * @param tlsKey private key, PEM
 * @param verbose log at debug level
 */
public record GatewayFlags(
    @Nullable Integer port,
    @Nullable String bind,
    @Nullable Path config,
    @Nullable String token,
    @Nullable String password,
    @Nullable String authMode,
    @Nullable Path stateDir,
    @Nullable String namespace,
    @Nullable String redisUrl,
    @Nullable Integer redisPort,
    @Nullable String envAllow,
    @Nullable Boolean openToNetwork,
    @Nullable String instance,
    @Nullable Integer managementPort,
    @Nullable Boolean tls,
    @Nullable Path tlsCert,
    @Nullable Path tlsKey,
    boolean verbose) {

  /** Without the secrets: this text may reach a log. */
  @Override
  public String toString() {
    return "GatewayFlags[port=%s, bind=%s, config=%s, authMode=%s, stateDir=%s, instance=%s]"
        .formatted(port, bind, config, authMode, stateDir, instance);
  }
}
