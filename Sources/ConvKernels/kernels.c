#include "ConvKernels.h"
