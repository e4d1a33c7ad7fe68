package dev.krabkrab.gateway.access.auth;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Arithmetic on scope lists for pairing and tokens. Protocol 01c §6.2, 01b §5.2. */
public final class Scopes {
  private static final String OPERATOR_PREFIX = "operator.";

  private Scopes() {}

  /** Trimmed, without blanks and repetitions, in the order given. */
  public static List<String> normalise(Collection<String> scopes) {
    var unique = new LinkedHashSet<String>();
    for (String scope : scopes) {
      String trimmed = scope.strip();
      if (!trimmed.isEmpty()) {
        unique.add(trimmed);
      }
    }
    return List.copyOf(unique);
  }

  /** Like {@link #normalise}, in alphabetical order: the form kept in token records. */
  public static List<String> sorted(Collection<String> scopes) {
    return List.copyOf(new TreeSet<>(normalise(scopes)));
  }

  /**
   * The first scope that holds a separator of the signed text or a control character and so must
   * not be accepted; empty when all are fine.
   */
  public static Optional<String> firstUnclean(Collection<String> scopes) {
    return scopes.stream().filter(scope -> !isClean(scope)).findFirst();
  }

  /** Whether the scope has neither {@code |} nor {@code ,} nor a control character. */
  public static boolean isClean(String scope) {
    return scope.chars().noneMatch(c -> c == '|' || c == ',' || Character.isISOControl(c));
  }

  /**
   * Whether the granted scopes include this one: itself, {@code operator.admin} for every {@code
   * operator.*}, {@code operator.write} for reading and talking.
   */
  public static boolean covers(Collection<String> granted, String scope) {
    return granted.contains(scope)
        || (scope.startsWith(OPERATOR_PREFIX) && granted.contains(Scope.ADMIN))
        || ((scope.equals(Scope.READ) || scope.equals(Scope.TALK))
            && granted.contains(Scope.WRITE));
  }

  /**
   * What two lists grant both, in the order of the first: {@code operator.admin} and {@code
   * operator.read} have {@code operator.read} in common.
   */
  public static List<String> meet(Collection<String> requested, Collection<String> most) {
    var common = new LinkedHashSet<String>();
    for (String scope : requested) {
      if (covers(most, scope)) {
        common.add(scope);
      } else {
        most.stream().filter(lesser -> covers(List.of(scope), lesser)).forEach(common::add);
      }
    }
    return List.copyOf(common);
  }

  /** The first wanted scope that the granted ones do not cover; empty when all are covered. */
  public static Optional<String> firstMissing(
      Collection<String> granted, Collection<String> wanted) {
    return wanted.stream().filter(scope -> !covers(granted, scope)).findFirst();
  }
}
