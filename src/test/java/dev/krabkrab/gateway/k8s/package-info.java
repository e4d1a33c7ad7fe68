/** Image and manifests, built, rendered and run without a container engine or a cluster. */
@NullMarked
package dev.krabkrab.gateway.k8s;

import org.jspecify.annotations.NullMarked;
