#include "CThread.h"

#include <pthread.h>

int thread_start_detached(size_t stack, void *(*body)(void *), void *context) {
    pthread_attr_t attributes;
    pthread_t thread;
    int status = pthread_attr_init(&attributes);
    if (status != 0) return status;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    status = pthread_attr_setstacksize(&attributes, stack);
    if (status == 0) status = pthread_create(&thread, &attributes, body, context);
    pthread_attr_destroy(&attributes);
    return status;
}
