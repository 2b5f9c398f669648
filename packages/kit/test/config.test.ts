import { readConfig } from '../src';

describe('settings', () => {
  it('have defaults that serve the embedded shape on this machine only', () => {
    expect(readConfig({})).toMatchObject({ PORT: 8080, HOST: '127.0.0.1', LMI_DATABASE_URL: '' });
  });

  it('name the setting that is wrong', () => {
    expect(() => readConfig({ PORT: 'http' })).toThrow(/PORT/);
    expect(() => readConfig({ LMI_LOG: 'loud' })).toThrow(/LMI_LOG/);
  });

  it('cannot be changed after they are read', () => {
    const config = readConfig({ PORT: '9000' });
    expect(config.PORT).toBe(9000);
    expect(Object.isFrozen(config)).toBe(true);
  });
});
