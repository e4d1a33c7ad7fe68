package dev.krabkrab.gateway.access.pairing;

import java.util.function.Function;

/**
 * The outcome of managing a device.
 *
 * @param <T> what success brings
 */
public sealed interface ManagementResult<T> {

  /** The same outcome with another value on success. */
  default <R> ManagementResult<R> map(Function<T, R> change) {
    return switch (this) {
      case Done<T>(T value) -> new Done<>(change.apply(value));
      case Unknown<T>() -> new Unknown<>();
      case Missing<T>(String scope) -> new Missing<>(scope);
      case Revoked<T>() -> new Revoked<>();
    };
  }

  /** Done. */
  record Done<T>(T value) implements ManagementResult<T> {}

  /** There is no such request, or no such device and role. */
  record Unknown<T>() implements ManagementResult<T> {}

  /** The caller lacks this scope. */
  record Missing<T>(String scope) implements ManagementResult<T> {}

  /** The role's token was revoked: only an approval gives it another. */
  record Revoked<T>() implements ManagementResult<T> {}
}
