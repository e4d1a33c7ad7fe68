@NullMarked
package dev.krabkrab.gateway.access.audit;

import org.jspecify.annotations.NullMarked;
