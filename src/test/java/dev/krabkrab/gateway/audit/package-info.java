@NullMarked
package dev.krabkrab.gateway.audit;

import org.jspecify.annotations.NullMarked;
