declare module 'accessible-autocomplete';
