/* What Debian's libstdc++ and libgcc ask of glibc and musl does not have. For try-elsewhere.sh alone: enough to run. */
#include <locale.h>
#include <stddef.h>
#include <sys/random.h>
#include <time.h>

char __libc_single_threaded = 0;
struct { unsigned words[4]; } __cpu_model;

int __cpu_indicator_init(void) { return 0; }
int __cxa_thread_atexit_impl(void (*end)(void *), void *object, void *library) { return 0; }
int _dl_find_object(void *address, void *result) { return -1; }
size_t __strftime_l(char *to, size_t most, const char *format, const struct tm *time, locale_t locale) {
  return strftime(to, most, format, time);
}
unsigned arc4random(void) {
  unsigned word;
  getrandom(&word, sizeof word, 0);
  return word;
}
