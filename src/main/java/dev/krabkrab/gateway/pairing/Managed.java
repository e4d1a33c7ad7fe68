package dev.krabkrab.gateway.pairing;

import java.util.function.Function;

/**
 * The outcome of managing a device.
 *
 * @param <T> what success brings
 */
public sealed interface Managed<T> {

  /** The same outcome with another value on success. */
  default <R> Managed<R> map(Function<T, R> change) {
    return switch (this) {
      case Done<T>(T value) -> new Done<>(change.apply(value));
      case Unknown<T>() -> new Unknown<>();
      case Missing<T>(String scope) -> new Missing<>(scope);
      case Revoked<T>() -> new Revoked<>();
    };
  }

  /** Done. */
  record Done<T>(T value) implements Managed<T> {}

  /** There is no such request, or no such device and role. */
  record Unknown<T>() implements Managed<T> {}

  /** The caller lacks this scope. */
  record Missing<T>(String scope) implements Managed<T> {}

  /** The role's token was revoked: only an approval gives it another. */
  record Revoked<T>() implements Managed<T> {}
}
