package dev.krabkrab.gateway.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Map;

/**
 * Objects of the Kubernetes API as typed values. Parsing is strict: a field the API does not have
 * is an error, where the API server would drop it without a word.
 *
 * @param all in no particular order
 */
record Manifests(List<Object> all) {
  private static final Map<String, Class<?>> TYPES =
      Map.ofEntries(
          Map.entry("v1/ConfigMap", ConfigMap.class),
          Map.entry("v1/Namespace", Namespace.class),
          Map.entry("v1/Service", Service.class),
          Map.entry("v1/ServiceAccount", ServiceAccount.class),
          Map.entry("apps/v1/Deployment", Deployment.class),
          Map.entry("apps/v1/StatefulSet", StatefulSet.class),
          Map.entry("autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
          Map.entry("networking.k8s.io/v1/Ingress", Ingress.class),
          Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
          Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("gateway.networking.k8s.io/v1/HTTPRoute", HttpRoute.class),
          Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class),
          Map.entry("monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class));

  private static final ObjectMapper STRICT = strict();

  /** What has a place, of whatever kind. */
  interface Placed {
    ObjectMeta metadata();
  }

  /** Of the Gateway API; as much of it as we use. */
  record HttpRoute(String apiVersion, String kind, ObjectMeta metadata, HttpRoute.Spec spec)
      implements Placed {
    record Spec(List<Parent> parentRefs, List<String> hostnames, List<Rule> rules) {}

    record Parent(String name, String namespace) {}

    record Rule(List<JsonNode> matches, Map<String, String> timeouts, List<Backend> backendRefs) {}

    record Backend(String name, int port) {}
  }

  /** Of the Prometheus operator; as much of it as we use. */
  record PrometheusRule(String apiVersion, String kind, ObjectMeta metadata, JsonNode spec)
      implements Placed {}

  /** Of the Prometheus operator; as much of it as we use. */
  record ServiceMonitor(
      String apiVersion, String kind, ObjectMeta metadata, ServiceMonitor.Spec spec)
      implements Placed {
    record Spec(String jobLabel, LabelSelector selector, List<Endpoint> endpoints) {}

    record Endpoint(String port, String path, String interval, String scrapeTimeout) {}
  }

  /**
   * Reads trees.
   *
   * @throws IllegalArgumentException naming the first field or value that the API does not know
   */
  static Manifests of(List<ObjectNode> trees) {
    return new Manifests(trees.stream().map(Manifests::typed).toList());
  }

  <T> List<T> every(Class<T> type) {
    return all.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Metadata of everything. */
  List<ObjectMeta> metadata() {
    return all.stream()
        .map(
            object ->
                object instanceof Placed placed
                    ? placed.metadata()
                    : ((HasMetadata) object).getMetadata())
        .toList();
  }

  /** The one file of settings. */
  ConfigMap settings() {
    return every(ConfigMap.class).stream()
        .filter(map -> map.getData().containsKey("gateway.json5"))
        .findFirst()
        .orElseThrow();
  }

  <T> T only(Class<T> type) {
    List<T> found = every(type);
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " of " + type.getSimpleName());
    }
    return found.getFirst();
  }

  private static Object typed(ObjectNode tree) {
    String type = tree.path("apiVersion").asText() + "/" + tree.path("kind").asText();
    Class<?> known = TYPES.get(type);
    if (known == null) {
      throw new IllegalArgumentException("unknown kind " + type);
    }
    try {
      return STRICT.treeToValue(tree, known);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(type + ": " + e.getOriginalMessage(), e);
    }
  }

  /** The model classes keep unknown fields aside; here they must not. */
  private static ObjectMapper strict() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    mapper.setAnnotationIntrospector(
        new JacksonAnnotationIntrospector() {
          private static final long serialVersionUID = 1L;

          @Override
          public Boolean hasAnySetter(Annotated member) {
            return false;
          }
        });
    return mapper;
  }
}
