package io.ipipou.core.config;

/** The device that a tunnel's outer packets leave and arrive through. */
public sealed interface DeviceChoice {

    /** That of the route to the peer. */
    record Auto() implements DeviceChoice {
        @Override
        public String toString() {
            return "auto";
        }
    }

    /** @param name its name, or one of its alternative names, which are up to 127 bytes long */
    record Named(String name) implements DeviceChoice {
        @Override
        public String toString() {
            return name;
        }
    }
}
