#include "services/claims/claims.h"

int
main(int argc, char **argv)
{
    return service_main(&claims_plan, argc, argv);
}
