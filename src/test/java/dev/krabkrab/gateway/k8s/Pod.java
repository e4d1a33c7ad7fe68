package dev.krabkrab.gateway.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.protocol.Json5;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The gateway's pod of rendered manifests, seen from inside. */
record Pod(Manifests manifests) {

  Deployment deployment() {
    return manifests.only(Deployment.class);
  }

  PodSpec spec() {
    return deployment().getSpec().getTemplate().getSpec();
  }

  Container gateway() {
    return spec().getContainers().getFirst();
  }

  /** The labels of the pod, by which everything finds it. */
  Map<String, String> labels() {
    return deployment().getSpec().getTemplate().getMetadata().getLabels();
  }

  Volume volume(String name) {
    return spec().getVolumes().stream()
        .filter(volume -> volume.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The variables with a value of their own, and those that every pod has. */
  Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("KUBERNETES_SERVICE_HOST", "10.96.0.1");
    for (EnvVar variable : gateway().getEnv()) {
      if (variable.getValue() != null) {
        environment.put(variable.getName(), variable.getValue());
      }
    }
    return environment;
  }

  /** What the gateway makes of its environment and its file; mounted secrets are made up. */
  InstanceSettings settings(Path folder) throws IOException {
    Map<String, String> environment = environment();
    boolean apart = environment.containsKey("KRABKRAB_REDIS_PASSWORD_FILE");
    Map<String, String> secrets =
        Map.of(
            "KRABKRAB_REDIS_URL_FILE", apart ? "rediss://redis:6380" : "rediss://:pw@redis:6380",
            "KRABKRAB_REDIS_PASSWORD_FILE", "pw",
            "KRABKRAB_REDIS_CA", "a certificate");
    environment.replaceAll(
        (name, value) ->
            secrets.containsKey(name)
                ? write(folder.resolve(name), secrets.get(name) + "\n")
                : value);
    String file = manifests.settings().getData().get("gateway.json5");
    return InstanceSettings.load(Map.of(), environment, (ObjectNode) Json5.parse(file), "suffix");
  }

  /** The file the gateway reads. */
  JsonNode document() {
    return Json5.parse(manifests.settings().getData().get("gateway.json5"));
  }

  int port(String name) {
    return gateway().getPorts().stream()
        .filter(port -> name.equals(port.getName()))
        .mapToInt(ContainerPort::getContainerPort)
        .findFirst()
        .orElseThrow();
  }

  /** A number, or the name of a port of the container. */
  int port(IntOrString reference) {
    Integer number = reference.getIntVal();
    return number != null ? number : port(reference.getStrVal());
  }

  static long bytes(Map<String, Quantity> resources, String name) {
    return Quantity.getAmountInBytes(resources.get(name)).longValueExact();
  }

  private static String write(Path file, String text) {
    try {
      return Files.writeString(file, text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
