export * from './dataset';
export * from './service';
