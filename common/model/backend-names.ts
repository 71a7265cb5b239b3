/** What the backends of the exact engine are called. */
export const backendNames = { cpu: 'CPU', webgpu: 'WebGPU' } as const
