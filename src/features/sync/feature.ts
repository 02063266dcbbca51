import type { Feature } from '../../feature.ts';

export const syncFeature: Feature = {
  name: 'sync',
  async start(core) {
    const { syncEndpoint } = await import('./endpoint.ts');
    void core.hubs.openKnown();
    return {
      sockets: [syncEndpoint(core)],
      on: {
        deviceRevoked: ({ deviceId }) =>
          core.hubs.endDevice(
            deviceId,
            'the owner has revoked this device, or changed what it may do; sign in again',
          ),
      },
    };
  },
};
