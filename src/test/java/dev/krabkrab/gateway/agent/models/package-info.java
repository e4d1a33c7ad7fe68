/** Tests of models over their providers' APIs. */
@NullMarked
package dev.krabkrab.gateway.agent.models;

import org.jspecify.annotations.NullMarked;
