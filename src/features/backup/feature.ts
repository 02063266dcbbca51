import { z } from 'zod';
import type { CommandOption, Feature } from '../../feature.ts';
import { parseDuration } from '../../platform/duration.ts';
import { coreSettings } from '../../settings.ts';

const durationSchema = z.string().transform((text, context) => {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined) return milliseconds;
  context.addIssue('a time looks like 30m, 24h or 7d');
  return z.NEVER;
});

const { dataDirectory } = coreSettings;
const { required: _, ...owner } = coreSettings.owner;

/** All that the commands and the server read. */
const settings = {
  owner,
  dataDirectory,
  directory: {
    env: 'GROUNDMIST_BACKUP_DIRECTORY',
    placeholder: 'directory',
    summary:
      'where the server makes backups on a schedule, best on another disk; none are made where it is not set',
    schema: coreSettings.dataDirectory.schema,
  },
  every: {
    env: 'GROUNDMIST_BACKUP_EVERY',
    placeholder: 'time',
    summary: 'how often, as 30m, 24h or 7d',
    schema: durationSchema,
    default: '24h',
  },
  keep: {
    env: 'GROUNDMIST_BACKUP_KEEP',
    placeholder: 'count',
    summary: 'how many of the scheduled backups stay; those made by hand are never deleted',
    schema: z
      .string()
      .regex(/^[1-9][0-9]{0,3}$/, 'it is a whole number from 1 to 9999')
      .transform(Number),
    default: '7',
  },
  recipients: {
    env: 'GROUNDMIST_BACKUP_RECIPIENT',
    placeholder: 'recipients',
    summary: 'the age recipients that backups are encrypted for, with commas between',
    schema: z.string().transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    ),
  },
  passphrase: {
    env: 'GROUNDMIST_BACKUP_PASSPHRASE',
    placeholder: 'passphrase',
    summary: 'what backups are encrypted with, and opened with, where no recipient is named',
    schema: z.string(),
    secret: true,
  },
} as const;

const { directory, recipients, passphrase } = settings;

export type BackupSettings = typeof settings;

const json: CommandOption = { flags: '--json', summary: 'JSON for programs, as docs/json.md describes' };
const keys: readonly CommandOption[] = [
  { flags: '--identity <file>', summary: 'the key of an encrypted backup, a file that age-keygen wrote' },
  { flags: '--passphrase-stdin', summary: 'read the passphrase of an encrypted backup from standard input' },
];

/** One file with everything but the secrets, and the way back from it. */
export const backupFeature: Feature<BackupSettings> = {
  name: 'backup',
  summary: 'copies of everything, and the way back from them',
  settings,
  commands: [
    {
      name: 'backup create',
      summary: 'copy the data directory into one file, also beside a running server',
      options: [
        {
          flags: '--to <path>',
          summary: 'the file, or the folder for it; the backup directory where left out',
          offer: 'file',
        },
        {
          flags: '--recipient <recipients>',
          summary: 'encrypt for these age recipients, with commas between',
        },
        { flags: '--passphrase', summary: 'encrypt with a passphrase, which is asked for' },
        { flags: '--passphrase-stdin', summary: 'encrypt with the passphrase that standard input holds' },
        { flags: '--plain', summary: 'do not encrypt, whatever the settings say' },
        json,
      ],
      settings: { dataDirectory, directory, recipients, passphrase },
      examples: [
        ['groundmist backup create --to /mnt/usb', 'everything, in a file named for the time'],
        ['groundmist backup create --recipient age1…', 'only who has the key can read it'],
      ],
      load: () => import('./create-command.ts').then(({ run }) => run),
    },
    {
      name: 'backup list',
      summary: 'list the backups in a folder, newest first',
      arguments: [{ name: 'directory', summary: 'the backup directory where it is left out' }],
      options: [json],
      examples: [['groundmist backup list /mnt/usb', 'each with its time, its size and how much is in it']],
      settings: { directory },
      load: () => import('./list-command.ts').then(({ run }) => run),
    },
    {
      name: 'backup verify',
      summary: 'read all of a backup and open every document in it',
      arguments: [{ name: 'file', summary: 'the backup', required: true }],
      options: [...keys, json],
      examples: [
        [
          'groundmist backup verify groundmist-20261128T190229Z.tar.zst',
          'exit code 3 says that it is damaged',
        ],
      ],
      settings: { passphrase },
      load: () => import('./verify-command.ts').then(({ run }) => run),
    },
    {
      name: 'backup restore',
      summary: 'put a backup in the place of the data directory',
      arguments: [{ name: 'file', summary: 'the backup', required: true }],
      options: [
        { flags: '--force', summary: 'move a data directory that is there aside' },
        { flags: '--dry-run', summary: 'check all of it and change nothing' },
        ...keys,
        json,
      ],
      settings: { dataDirectory, passphrase },
      examples: [
        [
          'groundmist backup restore groundmist-20261128T190229Z.tar.zst',
          'into the data directory, which is empty',
        ],
        [
          'groundmist backup restore --force --identity key.txt backup.tar.zst.age',
          'the old one is moved aside',
        ],
      ],
      load: () => import('./restore-command.ts').then(({ run }) => run),
    },
  ],
  start: async (core, values) => (await import('./contribution.ts')).contribute(core, values),
};
