! A simulation in Fortran: a field that grows, shown to cells whole and in sections. Ends when it is stopped.
program waves
  use allranks
  use, intrinsic :: iso_fortran_env
  use, intrinsic :: iso_c_binding
#if defined(USE_MPI_F08)
  use mpi_f08
#elif defined(USE_MPI)
  use mpi
#endif
  implicit none
#ifdef USE_MPIF_H
  include 'mpif.h'
#endif
#ifdef USE_C
  interface
    function start_mpi(rank) bind(C) result(world)
      import :: c_int
      integer(c_int), intent(out) :: rank
      integer(c_int) :: world
    end function
    subroutine end_mpi() bind(C)
    end subroutine
  end interface
  integer :: world
#endif
  integer, parameter :: nx = 4, ny = 3
  real(real64), target :: rho(nx, ny)
  real(real32), allocatable, target :: cube(:, :, :)
  integer(int64), target :: counts(0:2)
  integer(int32), target :: small(2)
  complex(real64), target :: phase(2)
  logical, target :: mask(2)
  type :: cell
    real(real64) :: mass, charge
  end type
  type(cell), target :: cells(3)
  character(len=:), allocatable :: told
  integer :: ierr, rank, step, i, j

  rank = 0
#if defined(USE_C)
  world = start_mpi(rank)
#elif !defined(USE_SERIAL)
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
#endif
  call allranks_step(0, 0.0_real64, ierr)
  told = allranks_last_error()
  call check('step too early: '//told, ierr == ALLRANKS_ERR_STATE .and. index(told, 'called before the library was init') > 0)
#if defined(USE_SERIAL)
  call allranks_initialize('waves_script   ', ierr)
#elif defined(USE_C)
  call allranks_initialize(world, 'waves_script   ', ierr)
  call allranks_expose_comm('again', world, ierr)
#else
  call allranks_initialize(MPI_COMM_WORLD, 'waves_script   ', ierr)
  call allranks_expose_comm('again', MPI_COMM_WORLD, ierr)
#endif
  call check('initialize: '//allranks_last_error(), ierr == ALLRANKS_OK)

  do j = 1, ny
    do i = 1, nx
      rho(i, j) = 100*rank + 10*i + j
    end do
  end do
  allocate (cube(-1:2, 3, 2))
  cube = 0.5
  cube(1, 2, 2) = 7
  counts = [1_int64, 2_int64, -5000000000_int64]
  small = [3, 4]
  phase = [(1.0_real64, 2.0_real64), (3.0_real64, -4.0_real64)]
  mask = .true.
  cells = cell(1, 2)
  cells(2)%charge = 9
  call expect('rho', rho, .true.)
  call expect('row', rho(2, :), .false.)
  call expect('backwards', rho(nx:1:-1, 1), .false.)
  call expect('cube', cube, .false.)
  call expect('section', cube(::2, 2, :), .false.)
  call expect('counts', counts, .false.)
  call expect('small', small, .false.)
  call expect('phase', phase, .false.)
  call allranks_expose_memory('charges', c_loc(cells(1)%charge), ALLRANKS_FLOAT64, [3], [storage_size(cells)/8], ierr=ierr)
  call check('charges: '//allranks_last_error(), ierr == ALLRANKS_OK)
  call allranks_expose_memory('uneven', c_loc(rho), ALLRANKS_FLOAT64, [3, 4], [8], ierr=ierr)
  call check('uneven', ierr == ALLRANKS_ERR_ARGUMENT)
  call expect('one', rho(2, 3), .false.)
  call allranks_expose('mask', mask, ierr=ierr)
  told = allranks_last_error()
  call check('mask: '//told, ierr == ALLRANKS_ERR_ARGUMENT .and. index(told, 'allranks_expose("mask"): its elements') == 1)
  call allranks_withdraw('small', ierr)
  call check('withdraw', ierr == ALLRANKS_OK)
  call allranks_withdraw('small', ierr)
  call check('withdraw twice', ierr == ALLRANKS_ERR_ARGUMENT)

  step = 0
  do while (.not. allranks_stop_requested())
    call allranks_step(step, 0.5d0*step)
    rho(1, 1) = rho(1, 1) + 1
    call allranks_run_function('on_step')
    call allranks_run_function('take', ["1      ", "'two'  ", "[3, 4] "], ierr)
    call check('run_function: '//allranks_last_error(), ierr == ALLRANKS_OK)
    step = step + 1
  end do
  print '(a, i0, a, f0.1, a)', 'waves: rank ', rank, ' saw ', rho(nx, ny), ' in rho(4, 3)'
  call allranks_finalize(ierr)
  call check('finalize', ierr == ALLRANKS_OK)
#if defined(USE_C)
  call end_mpi()
#elif !defined(USE_SERIAL)
  call MPI_Finalize(ierr)
#endif

contains

  subroutine check(what, holds)
    character(len=*), intent(in) :: what
    logical, intent(in) :: holds
    if (holds) return
    print '(a)', 'waves: wrong: '//what
    error stop 3
  end subroutine

  subroutine expect(name, array, writable)
    character(len=*), intent(in) :: name
    type(*), dimension(..), intent(in), target :: array
    logical, intent(in) :: writable
    call allranks_expose(name, array, writable, ierr)
    call check(name//': '//allranks_last_error(), ierr == ALLRANKS_OK)
  end subroutine
end program
