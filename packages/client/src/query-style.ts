/** Lists are comma lists everywhere in this API. */
export const queryStyle = { array: { style: 'form', explode: false } } as const;
