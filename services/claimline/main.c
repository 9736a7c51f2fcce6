#include "services/claimline/claimline.h"

int
main(int argc, char **argv)
{
    return claimline_run(argc, argv, stdout, stderr);
}
